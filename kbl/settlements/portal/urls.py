"""A party's own statements; the same pages in the intermediaries' portal and in the libraries'."""

urlpatterns: list = []
