/**
 * Errors by Trino's names (https://github.com/trinodb/trino, StandardErrorCode). Internal errors are of the cluster:
 * a worker that died, one that is full, one that shuts down.
 */
const LOST: readonly string[] = [
  'NO_NODES_AVAILABLE',
  'REMOTE_TASK_ERROR',
  'REMOTE_TASK_FAILED',
  'REMOTE_TASK_MISMATCH',
  'REMOTE_HOST_GONE',
  'PAGE_TRANSPORT_ERROR',
  'PAGE_TRANSPORT_TIMEOUT',
  'TOO_MANY_REQUESTS_FAILED',
  'SERVER_SHUTTING_DOWN',
  'SERVER_STARTING_UP',
  'ABANDONED_TASK',
  'ABANDONED_QUERY',
  'CLUSTER_OUT_OF_MEMORY',
  'QUERY_QUEUE_FULL',
  'GENERIC_INSUFFICIENT_RESOURCES',
]

const TOO_LONG: readonly string[] = [
  'EXCEEDED_TIME_LIMIT',
  'EXCEEDED_CPU_LIMIT',
  'EXCEEDED_SCAN_LIMIT',
  'EXCEEDED_GLOBAL_MEMORY_LIMIT',
  'EXCEEDED_LOCAL_MEMORY_LIMIT',
  'HIVE_EXCEEDED_PARTITION_LIMIT',
]

export const isLost = (name: string): boolean => LOST.includes(name)

export const isTooLong = (name: string): boolean => TOO_LONG.includes(name)
