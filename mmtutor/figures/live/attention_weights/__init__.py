"""One query to drag, three modalities, a temperature: who is listened to, and how much?"""
