from django.apps import AppConfig


class GatheringsConfig(AppConfig):
    name = "communaux.gatherings"
    label = "gatherings"

    def ready(self) -> None:
        """Say what of the area goes with an account."""
        from communaux.core import accounts
        from communaux.gatherings.erasing import forget_contributions

        accounts.FORGETTING.append(forget_contributions)
