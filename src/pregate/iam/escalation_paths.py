"""
Ways to more rights that take several actions at once.

Sources: "AWS IAM Privilege Escalation Methods" (Rhino Security Labs, 2018, and its later additions); the
catalogue pathfinding.cloud (Datadog, 2025); which role a service may be passed and under which name: Service
Authorization Reference, ``iam:PassedToService``. The table and its words are our own.
"""

from __future__ import annotations

from pregate.model import Severity
from pregate.records import dataclass

PASS_ROLE = "iam:PassRole"  # noqa: S105 - no password


@dataclass(frozen=True, slots=True)
class Path:
    """
    Actions that together lead to more rights, the one to report first. ``gain`` says what their holder does;
    ``service`` is the principal that a role is passed to, or ``""``.
    """

    actions: tuple[str, ...]
    gain: str
    service: str = ""
    severity: Severity = Severity.HIGH


def _passing(service: str, gain: str, *ways: str) -> tuple[Path, ...]:
    """Paths by ``iam:PassRole`` with the actions of each way (words)."""
    return tuple(Path((PASS_ROLE, *way.split()), gain, f"{service}.amazonaws.com") for way in ways)


def _certain(gain: str, *ways: str) -> tuple[Path, ...]:
    """Paths to administrator rights that need nothing else in the account."""
    return tuple(Path(tuple(way.split()), gain, "", Severity.CRITICAL) for way in ways)


PATHS: tuple[Path, ...] = (
    *_certain(
        "make a role an administrator and assume it",
        "iam:AttachRolePolicy sts:AssumeRole",
        "iam:PutRolePolicy sts:AssumeRole",
        "iam:AttachRolePolicy iam:UpdateAssumeRolePolicy",
        "iam:PutRolePolicy iam:UpdateAssumeRolePolicy",
        "iam:AttachRolePolicy iam:CreateRole",
        "iam:PutRolePolicy iam:CreateRole",
    ),
    *_certain(
        "make a user an administrator and sign in as it",
        "iam:AttachUserPolicy iam:CreateAccessKey",
        "iam:PutUserPolicy iam:CreateAccessKey",
        "iam:AttachUserPolicy iam:CreateLoginProfile",
        "iam:PutUserPolicy iam:CreateLoginProfile",
        "iam:AttachUserPolicy iam:UpdateLoginProfile",
        "iam:PutUserPolicy iam:UpdateLoginProfile",
    ),
    *_certain(
        "make a group administrators and join it",
        "iam:AttachGroupPolicy iam:AddUserToGroup",
        "iam:PutGroupPolicy iam:AddUserToGroup",
    ),
    *_passing(
        "ec2",
        "start a machine with any role",
        "ec2:RunInstances",
        "ec2:RequestSpotInstances",
        "ec2:AssociateIamInstanceProfile ssm:SendCommand",
        "ec2:AssociateIamInstanceProfile ssm:StartSession",
        "autoscaling:CreateLaunchConfiguration autoscaling:CreateAutoScalingGroup",
    ),
    *_passing(
        "lambda",
        "run a function with any role",
        "lambda:CreateFunction lambda:InvokeFunction",
        "lambda:CreateFunction lambda:AddPermission",
        "lambda:CreateFunction lambda:CreateEventSourceMapping",
        "lambda:UpdateFunctionConfiguration lambda:UpdateFunctionCode",
    ),
    *_passing(
        "ecs-tasks",
        "run a container with any role",
        "ecs:RunTask",
        "ecs:StartTask",
        "ecs:RegisterTaskDefinition ecs:CreateService",
        "ecs:RegisterTaskDefinition ecs:UpdateService",
        "batch:RegisterJobDefinition batch:SubmitJob",
    ),
    *_passing(
        "glue",
        "run a job with any role",
        "glue:CreateDevEndpoint",
        "glue:CreateJob glue:StartJobRun",
        "glue:CreateJob glue:CreateTrigger",
        "glue:UpdateJob glue:StartJobRun",
        "glue:UpdateJob glue:CreateTrigger",
        "glue:CreateSession glue:RunStatement",
    ),
    *_passing(
        "sagemaker",
        "run a notebook or job with any role",
        "sagemaker:CreateNotebookInstance sagemaker:CreatePresignedNotebookInstanceUrl",
        "sagemaker:CreateNotebookInstance sagemaker:CreateNotebookInstanceLifecycleConfig",
        "sagemaker:CreateTrainingJob",
        "sagemaker:CreateProcessingJob",
    ),
    *_passing(
        "cloudformation",
        "make any resources with any role",
        "cloudformation:CreateStack",
        "cloudformation:UpdateStack",
        "cloudformation:CreateChangeSet cloudformation:ExecuteChangeSet",
        "cloudformation:CreateStackSet cloudformation:CreateStackInstances",
        "cloudformation:UpdateStackSet",
    ),
    *_passing(
        "codebuild",
        "run a build with any role",
        "codebuild:CreateProject codebuild:StartBuild",
        "codebuild:CreateProject codebuild:StartBuildBatch",
        "codebuild:UpdateProject codebuild:StartBuild",
    ),
    *_passing("codestar", "make a project with any role", "codestar:CreateProject"),
    *_passing(
        "datapipeline",
        "run a pipeline with any role",
        "datapipeline:CreatePipeline datapipeline:PutPipelineDefinition datapipeline:ActivatePipeline",
    ),
    *_passing("tasks.apprunner", "run a container with any role", "apprunner:CreateService"),
    *_passing("states", "call any API with any role", "states:CreateStateMachine states:StartExecution"),
    *_passing("scheduler", "call any API with any role", "scheduler:CreateSchedule"),
    *_passing("events", "start targets with any role", "events:PutRule events:PutTargets"),
    *_passing("elasticmapreduce", "run a cluster with any role", "elasticmapreduce:RunJobFlow"),
    *_passing("emr-serverless", "run a job with any role", "emr-serverless:StartJobRun"),
    *_passing(
        "kinesisanalytics",
        "run an application with any role",
        "kinesisanalytics:CreateApplication kinesisanalytics:StartApplication",
    ),
    *_passing("ssm", "call any API with any role", "ssm:StartAutomationExecution"),
    *_passing(
        "bedrock-agentcore",
        "run code with any role",
        "bedrock-agentcore:CreateCodeInterpreter bedrock-agentcore:StartCodeInterpreterSession "
        "bedrock-agentcore:InvokeCodeInterpreter",
    ),
    Path(
        ("ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:StartInstances"),
        "run code with the role of any machine",
    ),
    Path(
        ("ec2:CreateLaunchTemplateVersion", "ec2:ModifyLaunchTemplate"),
        "run code with the role of machines that are started later",
    ),
    Path(("codebuild:UpdateProject", "codebuild:StartBuild"), "run code with the role of any build"),
    Path(
        (
            "sagemaker:UpdateNotebookInstance",
            "sagemaker:CreateNotebookInstanceLifecycleConfig",
            "sagemaker:StopNotebookInstance",
            "sagemaker:StartNotebookInstance",
        ),
        "run code with the role of any notebook",
    ),
    Path(
        ("bedrock-agentcore:InvokeCodeInterpreter", "bedrock-agentcore:StartCodeInterpreterSession"),
        "run code with the role of any code interpreter",
    ),
)
