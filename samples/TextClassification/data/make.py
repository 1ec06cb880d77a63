"""Makes train.csv and validation.csv of WordNet's noun file: python3 make.py /usr/share/wordnet/data.noun"""
import csv
import re
import sys

TOPICS = {
    "04": "act", "05": "animal", "06": "artifact", "08": "body", "10": "communication", "12": "feeling",
    "13": "food", "15": "location", "18": "person", "20": "plant", "27": "substance", "28": "time",
}
TRAIN, HELD_OUT = 60, 30

glosses = {topic: [] for topic in TOPICS.values()}
seen = set()
for line in open(sys.argv[1], encoding="utf-8"):
    if line.startswith(" "):
        continue  # the licence
    synset, gloss = line.split("|", 1)
    topic = TOPICS.get(synset.split()[1])
    definition = re.split(r';\s*"', gloss)[0].strip().rstrip(";")
    # A few words say too little, and a name with dates is no definition.
    if topic and 6 <= len(definition.split()) <= 30 and definition not in seen and not re.search(r"\(\d{4}", definition):
        seen.add(definition)
        glosses[topic].append(definition)

train, held_out = [], []
for topic, all_of_topic in glosses.items():
    # Evenly spaced: neighbours in the file are often variations of each other.
    count = TRAIN + HELD_OUT
    chosen = [all_of_topic[i * len(all_of_topic) // count] for i in range(count)]
    for i, definition in enumerate(chosen):
        (held_out if i % 3 == 2 else train).append((definition, topic))

for name, rows in (("train.csv", train), ("validation.csv", held_out)):
    with open(name, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("text", "label"))
        writer.writerows(rows)
