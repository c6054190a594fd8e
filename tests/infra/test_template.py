"""The AWS template is one that AWS would take, and keeps patients' data closed and encrypted."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.access.check import OPEN_BELOW, OPEN_EXACTLY
from tests.support.programs import require_program
from warehouse.connection import parameters
from warehouse.settings import load_settings

FOLDER = Path(__file__).resolve().parents[2] / "infra/aws"
TEMPLATE = FOLDER / "template.yaml"
GUIDE = FOLDER.parents[1] / "docs/how-to/aws.md"


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


def test_an_update_never_makes_another_database() -> None:
    """A name that is given, changed or taken away replaces the instance by an empty one."""
    for instance in resources("AWS::RDS::DBInstance").values():
        assert "DBInstanceIdentifier" not in instance["Properties"]


def test_logs_are_encrypted_and_kept_for_a_time() -> None:
    for group in resources("AWS::Logs::LogGroup").values():
        assert {"RetentionInDays", "KmsKeyId"} <= set(group["Properties"])
        # Kept by a first deployment that failed, a group of that name would stop the next one.
        assert group["DeletionPolicy"] == "RetainExceptOnCreate"
        assert group["UpdateReplacePolicy"] == "Retain"
    # RDS makes those of the instances, whose names are not known before.
    told = GUIDE.read_text("utf-8").partition("for log in ")[2].partition(";")[0].split()
    instances = resources("AWS::RDS::DBInstance").items()
    assert set(told) == {
        f"<{name}>/{log}"
        for name, instance in instances
        for log in instance["Properties"]["EnableCloudwatchLogsExports"]
    }


def test_an_alarm_is_about_this_stack_alone() -> None:
    alarms = [alarm["Properties"] for alarm in resources("AWS::CloudWatch::Alarm").values()]
    for alarm in alarms:
        asked = [one["Value"]["Ref"] for one in alarm.get("Dimensions", [])]
        assert asked or "${AWS::StackName}" in alarm["Namespace"]["Sub"]
        assert alarm["AlarmActions"]
    (counted,) = resources("AWS::Logs::MetricFilter").values()
    (metric,) = counted["Properties"]["MetricTransformations"]
    assert any(
        (alarm["Namespace"], alarm["MetricName"])
        == (metric["MetricNamespace"], metric["MetricName"])
        for alarm in alarms
    )


def test_any_answer_of_5xx_raises_an_alarm() -> None:
    """Counted by the gateway, so 503 without a bundle and what the function never saw are too."""
    (gateway,) = resources("AWS::Serverless::HttpApi")
    alarm = resources("AWS::CloudWatch::Alarm")["Faults"]["Properties"]
    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/ApiGateway", "5xx")
    assert alarm["Dimensions"] == [{"Name": "ApiId", "Value": {"Ref": gateway}}]
    assert (alarm["Statistic"], alarm["Threshold"]) == ("Sum", 0)


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
