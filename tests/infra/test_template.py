"""The AWS template is one that AWS would take, and keeps patients' data closed and encrypted."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from api import embedded
from api.access.check import OPEN_BELOW, OPEN_EXACTLY
from tests.support.programs import require_program
from warehouse.connection import parameters
from warehouse.settings import load_settings

FOLDER = Path(__file__).resolve().parents[2] / "infra/aws"
TEMPLATE = FOLDER / "template.yaml"


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's own tags as what they stand for, in long form."""


def _long_form(loader: _Loader, name: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {name: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _long_form)


def resources(kind: str) -> dict[str, dict[str, Any]]:
    # The loader is a safe one; it only knows more tags.
    document = yaml.load(TEMPLATE.read_text("utf-8"), Loader=_Loader)
    found = {n: r for n, r in document["Resources"].items() if r["Type"] == kind}
    assert found, f"no {kind} in the template"
    return found


@pytest.mark.parametrize("region", ["eu-west-1", "us-east-1", "sa-east-1"])
def test_the_linter_finds_nothing(region: str) -> None:
    program = require_program("cfn-lint")
    command = [program, "--regions", region, "--", TEMPLATE]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_sam_accepts_it(tmp_path: Path) -> None:
    program = require_program("sam")
    command = [program, "validate", "--lint", "--region", "eu-west-1", "--template", TEMPLATE]
    quiet = {"SAM_CLI_TELEMETRY": "0", "HOME": str(tmp_path), "PATH": str(program.parent)}
    done = subprocess.run(command, capture_output=True, text=True, env=quiet)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_database_is_closed_encrypted_and_not_lost() -> None:
    instances = resources("AWS::RDS::DBInstance")
    assert all(i["Properties"]["PubliclyAccessible"] is False for i in instances.values())
    database = instances["Database"]
    assert database["Properties"]["StorageEncrypted"] is True
    assert database["Properties"]["DeletionProtection"] is True
    assert database["DeletionPolicy"] == "Snapshot"
    assert "MasterUserPassword" not in database["Properties"]
    settings = resources("AWS::RDS::DBParameterGroup")["DatabaseSettings"]["Properties"]
    assert settings["Parameters"]["rds.force_ssl"] == "1"
    assert resources("AWS::RDS::DBProxy")["Proxy"]["Properties"]["RequireTLS"] is True


def test_whoever_asks_needs_a_token_but_for_what_is_open_everywhere() -> None:
    (gateway,) = resources("AWS::Serverless::HttpApi").values()
    auth = gateway["Properties"]["Auth"]
    assert set(auth["Authorizers"]) == {auth["DefaultAuthorizer"]}
    (function,) = resources("AWS::Serverless::Function").values()
    events = [event["Properties"] for event in function["Properties"]["Events"].values()]
    without = {event["Path"] for event in events if "Auth" in event}
    assert without == OPEN_EXACTLY | {f"{folder}{{name}}" for folder in OPEN_BELOW}
    assert gateway["Properties"]["DefaultRouteSettings"]["ThrottlingRateLimit"]


def test_logs_are_encrypted_and_kept_for_a_time() -> None:
    groups = resources("AWS::Logs::LogGroup").values()
    for group in groups:
        assert {"RetentionInDays", "KmsKeyId"} <= set(group["Properties"])
    named = {group["Properties"]["LogGroupName"]["Sub"] for group in groups}
    for instance in resources("AWS::RDS::DBInstance").values():
        own = instance["Properties"]["DBInstanceIdentifier"]["Sub"]
        exported = instance["Properties"]["EnableCloudwatchLogsExports"]
        assert {f"/aws/rds/instance/{own}/{log}" for log in exported} <= named


def test_what_an_alarm_waits_for_is_told() -> None:
    """A metric of our own is written as the alarm reads it: its name, and the same dimensions."""
    line = json.loads(embedded.line("/v1/assessments", 500, 1.0))
    (written,) = line["_aws"]["CloudWatchMetrics"]
    names = {metric["Name"] for metric in written["Metrics"]}
    alarms = [alarm["Properties"] for alarm in resources("AWS::CloudWatch::Alarm").values()]
    ours = [alarm for alarm in alarms if alarm["Namespace"] == written["Namespace"]]
    assert ours
    for alarm in ours:
        asked = {one["Name"]: one["Value"] for one in alarm["Dimensions"]}
        assert alarm["MetricName"] in names
        assert list(asked) in written["Dimensions"]
        assert all(line[name] == value for name, value in asked.items())
    assert all(alarm["AlarmActions"] for alarm in alarms)
    (counted,) = resources("AWS::Logs::MetricFilter").values()
    (metric,) = counted["Properties"]["MetricTransformations"]
    assert any(
        (alarm["Namespace"], alarm["MetricName"])
        == (metric["MetricNamespace"], metric["MetricName"])
        for alarm in alarms
    )


def test_no_role_may_do_everything() -> None:
    (function,) = resources("AWS::Serverless::Function").values()
    (policy,) = function["Properties"]["Policies"]
    roles = resources("AWS::IAM::Role").values()
    documents = [policy, *(p["PolicyDocument"] for r in roles for p in r["Properties"]["Policies"])]
    statements = [statement for document in documents for statement in document["Statement"]]
    assert all(statement["Resource"] != "*" for statement in statements)
    assert all("*" not in str(statement["Action"]) for statement in statements)


def test_nobody_outside_reaches_the_network() -> None:
    for group in resources("AWS::EC2::SecurityGroup").values():
        rules = group["Properties"].get("SecurityGroupIngress", [])
        assert all("SourceSecurityGroupId" in rule for rule in rules)
    document = TEMPLATE.read_text("utf-8")
    assert "InternetGateway" not in document
    assert "0.0.0.0/0" not in document


def test_the_function_logs_in_without_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    (function,) = resources("AWS::Serverless::Function").values()
    given = function["Properties"]["Environment"]["Variables"]
    address = given["SEMIA_DATABASE_URL"]["Sub"].replace("${Proxy.Endpoint}", "proxy.example")
    secrets = resources("AWS::SecretsManager::Secret")
    assert given["SEMIA_HASH_KEY_SECRET"]["Ref"] in secrets
    for name in ("SEMIA_DATABASE_LOGIN", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, given[name])
    monkeypatch.setenv("SEMIA_DATABASE_URL", address)
    where = parameters("semia_api", load_settings())
    (login,) = function["Properties"]["Policies"]
    (allowed,) = (s for s in login["Statement"] if s["Action"] == "rds-db:connect")
    assert (where.user, where.password, where.options) == ("semia_api", "", "")
    assert allowed["Resource"]["Sub"][0].endswith(f"/{where.user}")
    assert (where.extras["sslmode"], load_settings().database_login) == ("verify-full", "aws")
