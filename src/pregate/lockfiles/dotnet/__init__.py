"""Lock files and central manifests of NuGet."""
