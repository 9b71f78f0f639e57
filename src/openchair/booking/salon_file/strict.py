"""The base of every group in a salon file: unknown keys are refused, values do not change."""

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """A group of keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
