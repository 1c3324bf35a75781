from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "communaux.assessment"
    label = "assessment"

    def ready(self) -> None:
        """Say what of the area goes with an account."""
        from communaux.assessment.erasing import forget_signatures
        from communaux.core import accounts

        accounts.FORGETTING.append(forget_signatures)
