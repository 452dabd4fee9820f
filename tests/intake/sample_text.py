"""Files with faults that scanners find."""

from __future__ import annotations

FILES: dict[str, str] = {
    "app/run.py": """\
import subprocess


def run(name):
    return subprocess.call("ls " + name, shell=True)


def load(text):
    return eval(text)
""",
    "app/index.js": """\
var unused = 1;
if (process.argv.length == 2) {
  console.log("café 𝄞"); debugger;
}
""",
    "Dockerfile": """\
FROM ubuntu:latest
RUN apt-get update && apt-get install -y curl
RUN cd /tmp && echo "hi"
ADD app /srv/app
""",
    ".github/workflows/ci.yml": """\
name: ci
on: pull_request_target
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: echo "${{ github.event.pull_request.title }}"
""",
    "infra/bucket.yml": """\
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Logs:
    Type: AWS::S3::Bucket
    Properties:
      BucketNam: logs
      AccessControl: PublicRead
""",
    "infra/main.tf": """\
resource "aws_s3_bucket" "data" {
  bucket = "data"
}

resource "aws_security_group" "open" {
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
""",
    "main.go": """\
package main

import ("os"; "os/exec")

func main() {
	exec.Command(os.Args[1]).Run()
}
""",
    "package.json": """\
{
  "name": "shop",
  "dependencies": {"lodash": "4.17.15"}
}
""",
    "package-lock.json": """\
{
  "name": "shop",
  "lockfileVersion": 3,
  "packages": {
    "node_modules/lodash": {"version": "4.17.15"}
  }
}
""",
}
