"""Walk-in stands among the library's pages."""

urlpatterns: list = []
