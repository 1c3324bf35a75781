from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "communaux.assessment"
    label = "assessment"
