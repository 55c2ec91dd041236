"""What residents see, without logging in: their voucher, behind its QR code."""

from django.urls import path

from kbl.front.public import voucher

urlpatterns = [path("", voucher, name="voucher")]
