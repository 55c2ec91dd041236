"""All work in the background of this app; kbl.jobs finds it here, also in a worker that opens no page."""

from intermediaries.orders import batch_job as batch_job
from intermediaries.orders import order_batch_job as order_batch_job
