"""Settings of the storage for files: pictures, archives, backups. The AWS names are everybody's."""

from pydantic import Field, SecretStr, field_validator

from openchair.platform.settings.base import RoomSettings

SCHEMES = ("file://", "s3://")


class StorageSettings(RoomSettings):
    """A folder of this machine, or a bucket of anybody who speaks S3."""

    storage_url: str = Field(
        default="",
        description="where files are kept: `file:///some/folder` or `s3://bucket/prefix`; default"
        " the folder `storage` in `OPENCHAIR_HOME`",
    )
    storage_timeout_seconds: float = Field(
        default=30, gt=0, le=600, description="longest wait for one answer of the storage"
    )
    aws_endpoint_url: str = Field(
        default="",
        validation_alias="AWS_ENDPOINT_URL",
        pattern=r"^(https?://[^\s]+)?$",
        description="where the bucket is, when it is not at Amazon",
    )
    aws_region: str = Field(
        default="us-east-1", validation_alias="AWS_REGION", description="region of the bucket"
    )
    aws_access_key_id: str = Field(
        default="", validation_alias="AWS_ACCESS_KEY_ID", description="who we are at the bucket"
    )
    aws_secret_access_key: SecretStr = Field(
        default=SecretStr(""),
        validation_alias="AWS_SECRET_ACCESS_KEY",
        description="the secret that belongs to `AWS_ACCESS_KEY_ID`",
    )

    @field_validator("storage_url")
    @classmethod
    def must_be_known(cls, value: str) -> str:
        """A folder or a bucket, named in full."""
        if value and not value.startswith(SCHEMES):
            raise ValueError("it has to begin with file:// or s3://")
        return value.rstrip("/")
