import type { Collector } from './collector.ts'
import { delegation, emailIdentities, messaging, parameters } from './services/accounts.ts'
import { codeArtifact, codeBuild, publicRepositories, schemaRegistries, signingProfiles } from './services/code.ts'
import { functions, repositories, restApis } from './services/compute.ts'
import { catalog, domains, tables } from './services/data.ts'
import { keys } from './services/kms.ts'
import { eventBuses, queues, topics } from './services/messaging.ts'
import { agents, bots, entityResolution, labelProjects, languageModels } from './services/models.ts'
import { firewalls, lattice, webFirewalls } from './services/network.ts'
import { buckets, directoryBuckets } from './services/s3.ts'
import {
  accessGrants,
  accessPoints,
  multiRegionAccessPoints,
  objectLambdaAccessPoints,
} from './services/s3-access-points.ts'
import {
  archives,
  fileSystems,
  secrets,
  serverlessWarehouses,
  sqlClusters,
  tableBuckets,
  vaults,
  vectorBuckets,
  warehouses,
} from './services/stores.ts'
import { appMonitors, clusters, logs, streams, trails, workspaces } from './services/streams.ts'

/** Every service whose resources have policies and that `collect` reads, in the order of their folders. */
export const COLLECTORS: readonly Collector[] = [
  restApis,
  workspaces,
  vaults,
  agents,
  trails,
  codeArtifact,
  codeBuild,
  languageModels,
  sqlClusters,
  tables,
  repositories,
  publicRepositories,
  fileSystems,
  entityResolution,
  domains,
  eventBuses,
  archives,
  catalog,
  clusters,
  streams,
  keys,
  functions,
  bots,
  logs,
  firewalls,
  delegation,
  warehouses,
  serverlessWarehouses,
  labelProjects,
  appMonitors,
  buckets,
  accessGrants,
  accessPoints,
  multiRegionAccessPoints,
  objectLambdaAccessPoints,
  directoryBuckets,
  tableBuckets,
  vectorBuckets,
  schemaRegistries,
  secrets,
  emailIdentities,
  signingProfiles,
  messaging,
  topics,
  queues,
  parameters,
  lattice,
  webFirewalls,
]
