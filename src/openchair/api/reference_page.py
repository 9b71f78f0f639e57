"""Draws the documentation page from the OpenAPI document: plain view data for one template."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from openchair.api.problem_codes import CODES

Schema = dict[str, Any]
DEPTH = 4
SAMPLES = {
    "uuid": "0198c5a2-7d1e-7c3a-9f42-5b8e6d0a1c2f",
    "date": "2026-05-04",
    "date-time": "2026-05-04T14:30:00+02:00",
}
FORMATS = {"uuid": "UUID", "date": "date", "date-time": "time", "uri-reference": "link"}
PLAIN = {"string": "text", "integer": "whole number", "boolean": "true or false"}
TEMPLATES = Path(__file__).parent


def render(document: Schema) -> str:
    """The page as HTML."""
    schemas = document["components"]["schemas"]
    page = _environment().get_template("reference.html")
    return page.render(
        title=document["info"]["title"],
        version=document["info"]["version"],
        paragraphs=document["info"]["description"].split("\n\n"),
        groups=[_group(tag, document, schemas) for tag in document["tags"]],
        codes=CODES,
    )


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["inline"] = inline
    return made


def inline(text: str) -> Markup:
    """The two marks that descriptions use: `code` and **strong**."""
    marked = re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text)))
    return Markup(re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", marked))  # noqa: S704 - escaped above


def _group(tag: Schema, document: Schema, schemas: Schema) -> Schema:
    return {
        "name": tag["name"],
        "description": tag["description"],
        "operations": [
            _operation(method, path, operation, schemas)
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
            if tag["name"] in operation["tags"]
        ],
    }


def _operation(method: str, path: str, operation: Schema, schemas: Schema) -> Schema:
    content = operation.get("requestBody", {}).get("content", {})
    bodies = [
        {
            "title": body.get("title", ""),
            "description": body.get("description", ""),
            "fields": fields_of(body, schemas),
            "example": _written(sample(body, schemas)),
        }
        for body in _alternatives(content.get("application/json", {}).get("schema"), schemas)
    ]
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation["summary"],
        "description": " ".join(operation["description"].split()),
        "parameters": [_parameter(each) for each in operation.get("parameters", [])],
        "bodies": bodies,
        "body_optional": not operation.get("requestBody", {}).get("required", False),
        "answers": [
            _answer(status, each, schemas) for status, each in operation["responses"].items()
        ],
    }


def _parameter(parameter: Schema) -> Schema:
    schema = parameter["schema"]
    return {
        "name": parameter["name"],
        "place": parameter["in"],
        "type": type_of(schema),
        "required": parameter.get("required", False),
        "description": parameter.get("description") or schema.get("description", ""),
    }


def _answer(status: str, response: Schema, schemas: Schema) -> Schema:
    content = response.get("content", {})
    schema = content.get("application/json", {}).get("schema")
    return {
        "status": status,
        "good": status.startswith("2"),
        "description": response["description"],
        "headers": [name for name in response.get("headers", {}) if name != "X-Correlation-Id"],
        "fields": fields_of(schema, schemas) if schema else [],
        "example": _written(sample(schema, schemas)) if schema else "",
    }


def _alternatives(schema: Schema | None, schemas: Schema) -> list[Schema]:
    if schema is None:
        return []
    offered = schema.get("oneOf") or schema.get("anyOf") or [schema]
    resolved = [_resolved(each, schemas) for each in offered]
    return [each for each in resolved if each.get("type") != "null"]


def _resolved(schema: Schema, schemas: Schema) -> Schema:
    if "$ref" in schema:
        found: Schema = schemas[schema["$ref"].rpartition("/")[2]]
        return found
    offered = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
    if len(offered) == 1:
        return {**schema, **_resolved(offered[0], schemas)}
    return schema


def fields_of(schema: Schema, schemas: Schema, depth: int = 0) -> list[Schema]:
    """The members of an object, those of inner objects indented below them."""
    schema = _resolved(schema, schemas)
    required = schema.get("required", [])
    found: list[Schema] = []
    for name, member in schema.get("properties", {}).items():
        inner = _resolved(member, schemas)
        found.append(
            {
                "name": name,
                "depth": depth,
                "type": type_of(member, schemas),
                "required": name in required,
                "description": member.get("description") or inner.get("description", ""),
            }
        )
        items = _resolved(inner.get("items", {}), schemas)
        if depth < DEPTH:
            found += fields_of(items or inner, schemas, depth + 1)
    return found


def type_of(schema: Schema, schemas: Schema | None = None) -> str:
    """A type in a word or two: `UUID`, `list of text`, `time or null`."""
    if "$ref" in schema:
        return type_of((schemas or {}).get(schema["$ref"].rpartition("/")[2], {"type": "object"}))
    if "anyOf" in schema:
        return " or ".join(type_of(each, schemas) for each in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return " | ".join(f'"{each}"' for each in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"list of {type_of(schema.get('items', {}), schemas)}"
    if schema.get("format") in FORMATS:
        return FORMATS[schema["format"]]
    kind = str(schema.get("type", "anything"))
    return PLAIN.get(kind, kind)


def sample(schema: Schema, schemas: Schema) -> Any:
    """An example of what fits the schema, from its own examples where it has some."""
    if schema.get("examples"):
        return schema["examples"][0]
    schema = _resolved(schema, schemas)
    if schema.get("examples"):
        return schema["examples"][0]
    if "enum" in schema or "const" in schema:
        return schema.get("enum", [schema.get("const")])[0]
    match schema.get("type"):
        case "object" if "properties" in schema:
            return {name: sample(each, schemas) for name, each in schema["properties"].items()}
        case "object":
            return {}
        case "array":
            return [sample(schema.get("items", {}), schemas)]
        case "integer" | "number":
            return schema.get("default", 30)
        case "boolean":
            return True
        case _:
            return SAMPLES.get(schema.get("format", ""), schema.get("default", "…"))


def _written(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
