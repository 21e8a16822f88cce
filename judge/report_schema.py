"""The JSON Schema of reports. ``python -m judge.report_schema`` prints what docs/schema holds."""

from __future__ import annotations

import json
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import FloatSchema

from judge.report import Report


def json_schema() -> dict[str, Any]:
    """The published JSON Schema of a report, of version 2020-12."""
    schema = Report.model_json_schema(mode="serialization", schema_generator=_Generator)
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "title": "Jurax report",
        **{key: value for key, value in schema.items() if key != "title"},
    }


def json_schema_text() -> str:
    """The schema as the text that docs/schema/report.schema.json holds."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


class _Generator(GenerateJsonSchema):
    """Numbers as reports write them: JSON has none that are not finite, so those are strings."""

    def float_schema(self, schema: FloatSchema) -> JsonSchemaValue:
        number = super().float_schema(schema)
        if "ge" in schema or "le" in schema:
            return number
        return {"anyOf": [number, {"enum": ["NaN", "Infinity", "-Infinity"]}]}


if __name__ == "__main__":
    print(json_schema_text(), end="")
