"""Run by the Python of a pretalx: make the meeting of a JSON file there, placed and released. Written for pretalx 2025.2.

python -m pretalx shell --unsafe-disable-scopes -c "$(cat pretalx_programme.py)"      with PROGRAMME naming the file
"""

import datetime as dt
import json
import os
import zoneinfo
from pathlib import Path

from django_scopes import scope, scopes_disabled
from pretalx.event.models import Event, Organiser
from pretalx.person.models import SpeakerProfile, User
from pretalx.schedule.models import Room
from pretalx.submission.models import Submission, SubmissionStates, Track

told = json.loads(Path(os.environ["PROGRAMME"]).read_text("utf-8"))
zone = zoneinfo.ZoneInfo(told["edition"]["timezone"])
with scopes_disabled():
    held = Organiser.objects.create(name="Bench", slug="bench")
    event = Event.objects.create(
        name=told["edition"]["title"],
        slug="bench",
        organiser=held,
        is_public=True,
        date_from=dt.date.fromisoformat(told["edition"]["start"]),
        date_to=dt.date.fromisoformat(told["edition"]["end"]),
        timezone=told["edition"]["timezone"],
        email="bench@demo.example",
        locale_array="en",
        locale="en",
    )
with scope(event=event):
    event.build_initial_data()
    tracks = {name: Track.objects.create(event=event, name=name, color="#334455") for name in told["themes"]}
    rooms = {
        one["name"]: Room.objects.create(event=event, name=one["name"], capacity=one["capacity"])
        for one in told["rooms"]
    }
    people = {}
    kind = event.cfp.default_type
    made = {}
    for one in told["sessions"]:
        row = Submission.objects.create(
            event=event,
            title=one["title"],
            abstract=one["summary"],
            duration=one["minutes"],
            submission_type=kind,
            track=tracks.get(one["theme"]),
            content_locale="en",
            state=SubmissionStates.SUBMITTED,
        )
        for role in one["roles"]:
            if role["id"] not in people:
                who = User.objects.create_user(
                    password="x", email=f"p{role['id']}@demo.example", name=f"Speaker {role['id']}"
                )
                SpeakerProfile.objects.create(user=who, event=event)
                people[role["id"]] = who
            row.speakers.add(people[role["id"]])
        row.accept()
        row.confirm()
        made[one["guid"]] = row
    for one in told["slots"]:
        slot = made[one["session"]].slots.first()
        slot.start = dt.datetime.fromisoformat(one["start"]).astimezone(zone)
        slot.end = dt.datetime.fromisoformat(one["end"]).astimezone(zone)
        slot.room = rooms[one["room"]]
        slot.save()
    event.release_schedule("1.0")
    print("sessions", len(made), "code", next(iter(made.values())).code)
