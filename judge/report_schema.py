"""The JSON Schema of reports. ``python -m judge.report_schema`` prints what docs/schema holds."""

from __future__ import annotations

import json
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import FloatSchema

from judge.report import Document, Report


def json_schema() -> dict[str, Any]:
    """The published JSON Schema of a report, of version 2020-12."""
    return document_schema(Report, "Jurax report")


def json_schema_text() -> str:
    """The schema as the text that docs/schema/report.schema.json holds."""
    return schema_text(json_schema())


def document_schema(document: type[Document], title: str) -> dict[str, Any]:
    """The JSON Schema of any document that writes its numbers as reports do."""
    schema = document.model_json_schema(mode="serialization", schema_generator=_Generator)
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "title": title,
        **{key: value for key, value in schema.items() if key != "title"},
    }


def schema_text(schema: dict[str, Any]) -> str:
    """A schema as the text of a file in docs/schema."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


class _Generator(GenerateJsonSchema):
    """Numbers as reports write them: JSON has none that are not finite, so those are strings."""

    def float_schema(self, schema: FloatSchema) -> JsonSchemaValue:
        number = super().float_schema(schema)
        if "ge" in schema or "le" in schema:
            return number
        return {"anyOf": [number, {"enum": ["NaN", "Infinity", "-Infinity"]}]}


if __name__ == "__main__":
    print(json_schema_text(), end="")
