"""What GitHub tells a step of a workflow, and how the step answers."""
