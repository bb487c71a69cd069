"""Stores the address of Redis in the settings of the Shopify app; called by move-traffic.sh."""
import argparse

import requests

SHOP = "https://shop.example.com/admin/api/app_settings.json"


def store(url):
    answer = requests.put(SHOP, json={"setting": {"redis_url": url}}, timeout=10)
    print(answer.status_code)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--redis", required=True)
    store(parser.parse_args().redis)
