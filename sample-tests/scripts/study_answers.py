"""Draws answers of a study to src/test/resources/data/study. Nobody was asked: the numbers only look like such answers.

    python study_answers.py src/test/resources/data/study

54 participants, as in the thesis (section 4.6), rate three images under each condition from 1 to 5, and one image of the
normal network twice. defects.csv: a network that lost its top layer and one trained on random labels, which people notice
by the labels. spurious.csv: a network that reads the background, which they do not notice. CC0.
"""
import csv
import random
import sys

REASONS = ["the breed was wrong", "the explanation did not show what I expected",
           "the explanation showed what I expected", "the breeds were right", "other"]
MEANS = {"normal": 4.4, "top layer random": 1.5, "random labels": 1.4, "spurious": 4.1}


def rating(mean, taste):
    return max(1, min(5, round(random.gauss(mean + taste, 0.7))))


def draw(name, conditions):
    with open(f"{sys.argv[1]}/{name}", "w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["participant", "condition", "item", "rating", "reason"])
        for participant in range(1, 55):
            taste = random.gauss(0, 0.3)
            for condition in conditions:
                reason = (3, 4)[random.random() < 0.6] if MEANS[condition] > 3 else (1, 2)[random.random() < 0.3]
                for item in range(1, 4):
                    given = rating(MEANS[condition], taste)
                    rows.writerow([f"p{participant:02}", condition, item, given, REASONS[reason - 1]])
                    if condition == "normal" and item == 1:
                        # One in twenty does not look.
                        again = rating(3, 0) if random.random() < 0.05 else min(5, max(1, given + random.choice([0, 0, 0, 1])))
                        rows.writerow([f"p{participant:02}", condition, item, again, REASONS[reason - 1]])


random.seed(46)
draw("defects.csv", ["normal", "top layer random", "random labels"])
draw("spurious.csv", ["normal", "spurious"])
