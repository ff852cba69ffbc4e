#!/usr/bin/env python3
"""Makes orders.jsonl: 900 invented orders in the import format, one JSON object a line. Deterministic; run it to get the same file again."""

import json
import random
from datetime import datetime, timedelta

ADJECTIVES = ["Smoked", "Dark", "Wild", "Aged", "Sweet", "Green", "Roasted", "Spiced", "Golden", "Crisp", "Mountain"]
GOODS = ["Almonds", "Coffee", "Cheddar", "Honey", "Tea", "Olives", "Lentils"]
CITIES = [("Lyon", "France"), ("Graz", "Austria"), ("Porto", "Portugal"), ("Turku", "Finland"), ("Ghent", "Belgium"), ("Cork", "Ireland"),
          ("Brno", "Czechia"), ("Bergen", "Norway"), ("Leeds", "UK"), ("Parma", "Italy"), ("Kiel", "Germany"), ("Sucre", "Bolivia")]
STREETS = ["Mill Lane", "Harbour Road", "Station Street", "Old Market", "Garden Row", "North Quay"]

random.seed(20260101)
products = [(f"products/{n + 1}-A", f"{ADJECTIVES[n % 11]} {GOODS[n // 11]}", round(random.uniform(2, 120), 2)) for n in range(77)]
day = datetime(2024, 7, 1)

with open("orders.jsonl", "w", encoding="utf-8", newline="\n") as out:
    for number in range(1, 901):
        # One company orders more than the others, so that a subscription to it has something to do.
        company = 11 if number % 18 == 7 else random.randint(1, 91)
        day += timedelta(hours=random.choice([0, 0, 0, 24]))
        city, country = CITIES[company % len(CITIES)]
        lines = [
            {"Product": p[0], "ProductName": p[1], "PricePerUnit": p[2], "Quantity": random.randint(1, 60),
             "Discount": random.choice([0, 0, 0, 0.05, 0.1, 0.25])}
            for p in random.sample(products, random.randint(1, 4))
        ]
        order = {
            "Company": f"companies/{company}",
            "Employee": f"employees/{random.randint(1, 9)}-A",
            "OrderedAt": day.isoformat(),
            "RequireAt": (day + timedelta(days=28)).isoformat(),
            "ShippedAt": None,
            "ShipTo": {"Line1": f"{random.randint(1, 240)} {STREETS[company % len(STREETS)]}", "City": city, "Country": country},
            "ShipVia": f"shippers/{random.randint(1, 3)}",
            "Freight": round(random.uniform(1, 400), 2),
            "Lines": lines,
        }
        out.write(json.dumps({"id": f"orders/{number}-A", "collection": "Orders", "content": order}, separators=(",", ":")) + "\n")
