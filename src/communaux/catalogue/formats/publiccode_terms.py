"""The words of the standard of publiccode.yml, version 0.7.0 (2026-06-24, CC0): versions, keys, controlled lists."""

from __future__ import annotations

import re
from typing import Final

CURRENT: Final = "0.7"
VERSION: Final = re.compile(r"0|0\.2(\.[0-2])?|0\.[3457](\.0)?")  # no 0.6
NEWEST: Final = re.compile(r"0|0\.7(\.0)?")  # `0` follows the newest of its major version
KEYS: Final = frozenset((
    "publiccodeYmlVersion", "name", "applicationSuite", "url", "landingURL", "isBasedOn", "softwareVersion",
    "releaseDate", "logo", "monochromeLogo", "inputTypes", "outputTypes", "platforms", "categories", "usedBy",
    "fundedBy", "roadmap", "developmentStatus", "softwareType", "supports", "organisation", "intendedAudience",
    "description", "legal", "maintenance", "localisation", "dependsOn",
))  # fmt: skip
COUNTRY_SECTION: Final = re.compile(r"[A-Za-z]{2}")
STATUSES: Final = ("concept", "development", "beta", "stable", "obsolete")
TYPES: Final = frozenset((
    "standalone/mobile", "standalone/iot", "standalone/desktop", "standalone/web", "standalone/backend",
    "standalone/other", "addon", "library", "configurationFiles",
))  # fmt: skip
MAINTENANCE: Final = ("internal", "contract", "community", "none")
DEPRECATED: Final = ("monochromeLogo", "inputTypes", "outputTypes")
SHORT, LONG_MIN, LONG_MAX, GENERIC = 150, 150, 10_000, 35  # grapheme clusters
ITALIAN_VERSIONS: Final = ("0.2", "1.0")
ALIASES: Final = frozenset(("gdpr", "eidas", "nis2", "cra", "spid", "cie", "anpr", "pagopa", "io"))
WORDS_SCOPES = """
agriculture culture defence education emergency-services employment energy environment
finance-and-economic-development foreign-affairs government healthcare infrastructures justice local-authorities
manufacturing research science-and-technology security society sport tourism transportation welfare
"""
SCOPES: Final = frozenset(WORDS_SCOPES.split())
WORDS_CATEGORIES = """
accounting agile-project-management applicant-tracking application-development appointment-scheduling backup
billing-and-invoicing blog budgeting business-intelligence business-process-management cad call-center-management
cloud-management collaboration communications compliance-management contact-management content-management crm
customer-service-and-support data-analytics data-collection data-visualization design design-system
digital-asset-management digital-citizenship document-management donor-management e-commerce e-signature
educational-content email-management email-marketing employee-management enterprise-project-management
enterprise-social-networking erp event-management facility-management feedback-and-reviews-management
financial-reporting fleet-management fundraising gamification geographic-information-systems grant-management
graphic-design help-desk hr ide identity-management instant-messaging integrated-library-system inventory-management
it-asset-management it-development it-management it-security it-service-management knowledge-management
learning-management-system marketing mind-mapping mobile-marketing mobile-payment network-management office
online-booking online-community payment-gateway payroll predictive-analysis procurement productivity-suite
project-collaboration project-management property-management real-estate-management regulations-and-directives
remote-support resource-management sales-management seo service-desk social-media-management survey talent-management
task-management taxes-management test-management time-management time-tracking translation video-conferencing
video-editing visitor-management voip warehouse-management web-collaboration web-conferencing website-builder
whistleblowing workflow-management other
"""
CATEGORIES: Final = frozenset(WORDS_CATEGORIES.split())
