"""The intermediaries' portal: handing out, what was handed out, and the drawer."""

from django.urls import path

from intermediaries.portal.digital import digital, digital_pdf, digital_voucher
from intermediaries.portal.hand_out import hand_out, hand_out_preview, hand_out_refused
from intermediaries.portal.handouts import handouts, undo
from intermediaries.portal.stock import stock, tally
from intermediaries.portal.stock_changes import loss, send_back

urlpatterns = [
    path("uitreiken/", hand_out, name="hand_out"),
    path("uitreiken/kijken/", hand_out_preview, name="hand_out_preview"),
    path("uitreiken/niet-gelukt/", hand_out_refused, name="hand_out_refused"),
    path("digitaal/", digital, name="digital"),
    path("digitaal/<int:pk>/", digital_voucher, name="digital_voucher"),
    path("digitaal/<int:pk>/pdf/", digital_pdf, name="digital_pdf"),
    path("uitgereikt/", handouts, name="handouts"),
    path("uitgereikt/<int:pk>/terugdraaien/", undo, name="undo_handout"),
    path("voorraad/", stock, name="stock"),
    path("voorraad/turflijst/", tally, name="tally"),
    path("voorraad/kwijt/", loss, name="loss"),
    path("voorraad/terugsturen/", send_back, name="send_back"),
]
