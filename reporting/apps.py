from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "reporting"
    label = "reporting"
    verbose_name = "Rapportage"

    def ready(self) -> None:
        from kbl.settlements.closing import made_with_closing
        from reporting.report import kept_reports

        made_with_closing.register(kept_reports.keep_with_closing)
