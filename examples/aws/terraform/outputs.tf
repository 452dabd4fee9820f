output "role_arn" {
  description = "For the input role-to-assume."
  value       = aws_iam_role.pregate.arn
}
