from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "communaux.web"
    label = "web"

    def ready(self) -> None:
        from communaux.web.accounts import journal
        from communaux.web.forms import say_plainly

        journal.connect()
        say_plainly()
