"""
Many repositories scanned as independent tasks, and one report on them all.

    list or organisation → Repository → Job → a process somewhere → Answer → records → fleet report

A task clones one repository and judges its whole tree (:mod:`pregate.fleet.tasks`). Who runs the tasks is an
executor: processes of this machine (:mod:`pregate.fleet.pool`), or Dask (:mod:`pregate.fleet.cluster`). What
comes back is written by one process, the one that was started (:mod:`pregate.fleet.running`), so that nothing
is written twice and no disk has to be shared.
"""
