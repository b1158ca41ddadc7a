"""Telling people and programs: one file per kind of channel, and what they share.

Due deliveries stand in the database (`db.outbox`); `worker` claims, renders and sends them; `retry` judges answers;
`guard` decides which addresses may be called; `plan` and `due` say which messages there are to send at all.
"""
