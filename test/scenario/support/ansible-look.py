"""Shows rendered folders to Ansible's own parts, many in one process: each folder on standard input has an
inventory.yml, and the tasks of its role. Answers with one line of JSON for each: the variables of every host
as tasks get them, and what is wrong with the expressions in the tasks."""

import json
import os
import sys

import jinja2
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible.vars.manager import VariableManager

EXPRESSIONS = ("when", "changed_when", "failed_when", "until", "var")
templar = Templar(loader=DataLoader())


def templates_in(value, key=None):
    """Every text with {{ }}, and every expression that stands without them."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from templates_in(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from templates_in(inner, key)
    elif isinstance(value, str):
        yield "{{ " + value + " }}" if key in EXPRESSIONS else value


def problems_of(tasks):
    for name in sorted(os.listdir(tasks)):
        for template in templates_in(DataLoader().load_from_file(os.path.join(tasks, name))):
            try:
                # Compiling also looks for each filter and test by its name.
                templar.environment.compile(template)
            except jinja2.TemplateError as error:
                yield f"{name}: {error}: {template}"


def hosts_of(inventory):
    loader = DataLoader()
    manager = InventoryManager(loader=loader, sources=[inventory])
    variables = VariableManager(loader=loader, inventory=manager)
    names = [host.name for host in manager.groups["baton_hosts"].get_hosts()]
    return {
        name: variables.get_vars(host=manager.get_host(name), include_hostvars=False) for name in names
    }


def own(variables):
    return {
        name: value for name, value in variables.items() if name.startswith("baton_") or name == "ansible_host"
    }


seen = {}
for folder in sys.stdin.read().split():
    tasks = os.path.join(folder, "roles", "baton", "tasks")
    texts = tuple(open(os.path.join(tasks, name)).read() for name in sorted(os.listdir(tasks)))
    if texts not in seen:
        seen[texts] = list(problems_of(tasks))
    hosts = hosts_of(os.path.join(folder, "inventory.yml"))
    own_hosts = {name: own(variables) for name, variables in hosts.items()}
    print(json.dumps({"hosts": own_hosts, "problems": seen[texts]}))
