"""
Files and commands with a secret in them, as ``kind: (path, text)``.

``<<…>>`` is where the secret stands (a template of values.py, or PASSWORD, SAFE, TOKEN, BASE64); ``<user>``,
``<word>``, ``<host>``, ``<number>`` are filled with something that is none.
"""

from __future__ import annotations

FILES: dict[str, tuple[str, str]] = {
    "url with password": (
        "fetch.sh",
        "curl -sSf https://<user>:<<SAFE>>@<host>/releases/latest.tgz | tar xz\n",
    ),
    "git url with token": (
        ".gitmodules",
        '[submodule "lib"]\n\tpath = lib\n\turl = https://oauth2:<<SAFE>>@<host>/lib.git\n',
    ),
    "postgres url": (
        "app.yml",
        "database:\n  url: postgresql://<user>:<<SAFE>>@<host>:5432/shop\n  pool: 5\n",
    ),
    "mysql url": ("settings.py", 'DATABASE_URI = "mysql+pymysql://<user>:<<SAFE>>@<host>/shop"\n'),
    "mongodb url": (
        "db.js",
        "mongoose.connect('mongodb+srv://<user>:<<SAFE>>@<host>/shop?retryWrites=true');\n",
    ),
    "redis url without user": (".env", "REDIS_URL=redis://:<<SAFE>>@<host>:6379/0\nPORT=80\n"),
    "amqp url": ("celery.py", 'broker_url = "amqp://<user>:<<SAFE>>@<host>:5672/vhost"\n'),
    "smtp url": ("mail.toml", 'dsn = "smtps://<user>:<<SAFE>>@<host>:465"\n'),
    "ftp url": ("sync.sh", "wget ftp://<user>:<<SAFE>>@<host>/dump.sql.gz\n"),
    "jdbc with password": (
        "app.properties",
        "db.url=jdbc:mysql://<host>:3306/shop?user=<user>&password=<<SAFE>>\n",
    ),
    "jdbc sql server": (
        "Dao.java",
        'String url = "jdbc:sqlserver://<host>:1433;databaseName=shop;user=<user>;password=<<SAFE>>;";\n',
    ),
    "odbc": (
        "report.py",
        'c = pyodbc.connect("DRIVER={SQL Server};SERVER=<host>;UID=<user>;PWD=<<SAFE>>")\n',
    ),
    "sql server connection string": (
        "appsettings.json",
        '{\n  "ConnectionStrings": {\n    "Shop": "Server=<host>;Database=shop;User Id=<user>;Password=<<SAFE>>;"\n  }\n}\n',
    ),
    "libpq string": (
        "load.py",
        'psycopg2.connect("host=<host> dbname=shop user=<user> password=<<SAFE>>")\n',
    ),
    ".netrc": (".netrc", "machine <host>\n  login <user>\n  password <<PASSWORD>>\n"),
    ".netrc in one line": ("_netrc", "machine <host> login <user> password <<PASSWORD>>\n"),
    ".pgpass": (".pgpass", "<host>:5432:shop:<user>:<<PASSWORD>>\n"),
    ".npmrc token": (".npmrc", "registry=https://npm.acme.io/\n//npm.acme.io/:_authToken=<<{uuid}>>\n"),
    ".npmrc auth": (".npmrc", "registry=https://npm.acme.io/\n_auth=<<BASE64>>\nalways-auth=true\n"),
    ".pypirc": (
        ".pypirc",
        "[distutils]\nindex-servers = acme\n\n[acme]\nrepository = https://<host>/\nusername = <user>\npassword = <<PASSWORD>>\n",
    ),
    "docker config": (
        ".docker/config.json",
        '{\n  "auths": {\n    "<host>": {\n      "auth": "<<BASE64>>"\n    }\n  }\n}\n',
    ),
    ".dockercfg": (".dockercfg", '{"https://<host>/v1/": {"auth": "<<BASE64>>", "email": "ops@acme.io"}}\n'),
    ".htpasswd apr1": (".htpasswd", "<user>:<<$apr1${an:8}${an:22}>>\n"),
    ".htpasswd bcrypt": (".htpasswd", "<user>:<<$2y$10${an:53}>>\n"),
    "shadow": (
        "etc/shadow",
        "daemon:*:17000:0:99999:7:::\n<user>:<<$6${an:8}${an:86}>>:17000:0:99999:7:::\n",
    ),
    "aws credentials": (
        ".aws/credentials",
        "[default]\nregion = eu-west-1\naws_secret_access_key = <<{b64:40}>>\n",
    ),
    ".git-credentials": (".git-credentials", "https://<user>:<<SAFE>>@<host>\n"),
    "wp-config": (
        "wp-config.php",
        "<?php\ndefine('DB_NAME', 'shop');\ndefine('DB_PASSWORD', '<<PASSWORD>>');\n",
    ),
    "wp-config salt": ("wp-config.php", "<?php\ndefine('AUTH_KEY',         '<<{mixed:64}>>');\n"),
    "nuget config": (
        "nuget.config",
        '<configuration>\n  <packageSourceCredentials><acme>\n    <add key="ClearTextPassword" value="<<SAFE>>" />\n  </acme></packageSourceCredentials>\n</configuration>\n',
    ),
    "maven settings": (
        "settings.xml",
        "<settings><servers><server>\n  <id>acme</id>\n  <username><user></username>\n  <password><<SAFE>></password>\n</server></servers></settings>\n",
    ),
    ".s3cfg": (".s3cfg", "[default]\nbucket_location = US\nsecret_key = <<{b64:40}>>\nuse_https = True\n"),
    "tfvars": ("terraform.tfvars", 'region = "eu-west-1"\ndb_password = "<<PASSWORD>>"\n'),
    "tfstate": (
        "terraform.tfstate",
        '{\n  "version": 4,\n  "resources": [\n    {\n      "type": "aws_db_instance",\n      "instances": [\n        {"attributes": {\n          "engine": "postgres",\n          "password": "<<PASSWORD>>"\n        }}\n      ]\n    }\n  ]\n}\n',
    ),
    "kubernetes string data": (
        "secret.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: mail\nstringData:\n  smtp-password: '<<PASSWORD>>'\n",
    ),
    "ansible variable": ("group_vars/all.yml", "ansible_user: <user>\nansible_become_pass: '<<PASSWORD>>'\n"),
    "curl -u": ("check.sh", "curl -s -u '<user>:<<PASSWORD>>' https://<host>/api/v1/health\n"),
    "curl header": ("check.sh", 'curl -H "Authorization: Bearer <<TOKEN>>" https://<host>/api/v1/health\n'),
    "basic header": ("calls.http", "GET https://<host>/api/v1/items\nAuthorization: Basic <<BASE64>>\n"),
    "header in code": (
        "api.py",
        'requests.get(URL, headers={"Authorization": "Bearer <<TOKEN>>"}, timeout=5)\n',
    ),
    "x-api-key header": ("api.js", "fetch(url, {headers: {'X-Api-Key': '<<TOKEN>>'}});\n"),
    "sshpass": ("push.sh", "sshpass -p '<<PASSWORD>>' scp build.tgz <user>@<host>:/srv\n"),
    "mysql -p": ("dump.sh", "mysqldump -u<user> -p<<SAFE>> shop > shop.sql\n"),
    "PGPASSWORD": ("dump.sh", "PGPASSWORD=<<SAFE>> pg_dump -h <host> -U <user> shop > shop.sql\n"),
    "docker login": ("push.sh", "docker login -u <user> -p <<SAFE>> <host>\n"),
    "IDENTIFIED BY": (
        "init.sql",
        "CREATE DATABASE shop;\nCREATE USER '<user>'@'%' IDENTIFIED BY '<<PASSWORD>>';\n",
    ),
    "create role": ("roles.sql", "CREATE ROLE app WITH LOGIN PASSWORD '<<PASSWORD>>';\n"),
    "compose environment": (
        "docker-compose.yml",
        "services:\n  db:\n    image: postgres:16\n    environment:\n      - POSTGRES_PASSWORD=<<SAFE>>\n",
    ),
    "workflow environment": (
        ".github/workflows/ci.yml",
        "jobs:\n  test:\n    runs-on: ubuntu-latest\n    env:\n      DEPLOY_TOKEN: <<{an:32}>>\n",
    ),
    "gitlab ci variable": (
        ".gitlab-ci.yml",
        'variables:\n  REGISTRY_PASSWORD: "<<PASSWORD>>"\ntest:\n  script: make\n',
    ),
    "jenkinsfile": (
        "Jenkinsfile",
        "node {\n  withEnv(['NEXUS_PASSWORD=<<SAFE>>']) {\n    sh 'make'\n  }\n}\n",
    ),
    "rails database": (
        "config/database.yml",
        "production:\n  adapter: postgresql\n  username: <user>\n  password: <<SAFE>>\n",
    ),
    "rails secret": ("config/secrets.yml", "production:\n  secret_key_base: <<{hex:128}>>\n"),
    "rails master key": ("config/master.key", "<<{hex:32}>>\n"),
    "django secret": ("shop/settings.py", "DEBUG = False\nSECRET_KEY = 'django-insecure-<<{mixed:50}>>'\n"),
    "spring datasource": (
        "application.yml",
        "spring:\n  datasource:\n    username: <user>\n    password: <<SAFE>>\n",
    ),
    "systemd unit": (
        "shop.service",
        "[Service]\nEnvironment=SHOP_DB_PASSWORD=<<SAFE>>\nExecStart=/usr/bin/shop\n",
    ),
    "powershell secure string": (
        "join.ps1",
        '$p = ConvertTo-SecureString "<<PASSWORD>>" -AsPlainText -Force\n',
    ),
    "net use": ("mount.bat", "net use Z: \\\\<host>\\share /user:<user> <<SAFE>>\n"),
    "filezilla": (
        "recentservers.xml",
        '<FileZilla3><Server>\n  <Host><host></Host>\n  <Pass encoding="base64"><<BASE64 PASSWORD>></Pass>\n</Server></FileZilla3>\n',
    ),
    "sftp config": (
        "sftp-config.json",
        '{\n  "type": "sftp",\n  "host": "<host>",\n  "user": "<user>",\n  "password": "<<PASSWORD>>"\n}\n',
    ),
    "wifi": ("wpa_supplicant.conf", 'network={\n  ssid="office"\n  psk="<<PASSWORD>>"\n}\n'),
    "wireguard": ("wg0.conf", "[Interface]\nAddress = 10.0.0.2/24\nPrivateKey = <<{b64:42}8=>>\n"),
    "nats seed": ("user.nk", "<<SUA{b32:55}>>\n"),
    "php connect": ("db.php", '<?php\n$db = mysqli_connect("<host>", "<user>", "<<PASSWORD>>", "shop");\n'),
    "python tuple": ("push.py", 'requests.post(URL, auth=("<user>", "<<PASSWORD>>"), timeout=9)\n'),
    "comparison": ("login.py", "def check(password):\n    return password == '<<PASSWORD>>'\n"),
    "grafana ini": ("grafana.ini", "[security]\nadmin_user = <user>\nadmin_password = <<SAFE>>\n"),
    "my.cnf": (".my.cnf", "[client]\nuser = <user>\npassword = <<SAFE>>\n"),
    "tomcat users": (
        "tomcat-users.xml",
        '<tomcat-users>\n  <user username="<user>" password="<<SAFE>>" roles="manager-gui"/>\n</tomcat-users>\n',
    ),
    "pip index": ("pip.conf", "[global]\nindex-url = https://<user>:<<SAFE>>@<host>/simple\n"),
    "bash profile": (".bash_profile", "export PATH=$PATH:~/bin\nexport DB_PASS='<<PASSWORD>>'\n"),
    "idea web servers": (
        ".idea/WebServers.xml",
        '<fileTransfer host="<host>" port="22" password="<<{hex:32}>>" username="<user>" />\n',
    ),
    "git config": (".git/config", '[remote "origin"]\n\turl = https://<user>:<<SAFE>>@<host>/shop.git\n'),
    "hub config": (
        ".config/hub",
        "github.com:\n- user: <user>\n  oauth_token: <<{hex:40}>>\n  protocol: https\n",
    ),
    "ldap bind": ("ldap.conf", "URI ldap://<host>\nBINDDN cn=admin,dc=acme,dc=io\nBINDPW <<SAFE>>\n"),
}
