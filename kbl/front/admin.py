"""The office's lists: Django's admin where a list and a form are all it takes."""

from django.contrib.admin import AdminSite


class Office(AdminSite):
    """Only for Cubiss; logging in goes through the house's own door."""

    site_header = "KBL beheer"
    site_title = "KBL beheer"
    index_title = "Lijsten"
    site_url = "/cubiss/"


office = Office(name="beheer")
