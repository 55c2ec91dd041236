"""What residents see, without logging in: their voucher, behind its QR code."""

from django.urls import path

from kbl.public.voucher import voucher

urlpatterns = [path("", voucher, name="voucher")]
