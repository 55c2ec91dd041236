"""What residents see, without logging in: their voucher, behind its QR code."""

from vouchers.public.urls import urlpatterns

__all__ = ["urlpatterns"]
