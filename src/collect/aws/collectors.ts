import type { Collector } from './collector.ts'
import { functions, repositories, restApis } from './services/compute.ts'
import { catalog, domains, fileSystems, secrets, tables, vaults } from './services/data.ts'
import { keys } from './services/kms.ts'
import { eventBuses, queues, topics } from './services/messaging.ts'
import { buckets } from './services/s3.ts'
import { accessPoints, multiRegionAccessPoints } from './services/s3-access-points.ts'

/** Every service whose resources have policies and that `collect` reads, in the order of their folders. */
export const COLLECTORS: readonly Collector[] = [
  restApis,
  vaults,
  tables,
  repositories,
  fileSystems,
  domains,
  eventBuses,
  catalog,
  keys,
  functions,
  buckets,
  accessPoints,
  multiRegionAccessPoints,
  secrets,
  topics,
  queues,
]
