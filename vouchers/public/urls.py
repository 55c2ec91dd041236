"""The page behind the QR code."""

from django.urls import path

from vouchers.public.views import voucher

urlpatterns = [path("", voucher, name="voucher")]
