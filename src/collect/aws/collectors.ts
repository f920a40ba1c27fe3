import type { Collector } from './collector.ts'
import { delegation, emailIdentities, messaging, parameters } from './services/accounts.ts'
import { approvalTeams, billingViews, costDashboards, marketplaceEntities } from './services/billing.ts'
import { codeArtifact, codeBuild, publicRepositories, schemaRegistries, signingProfiles } from './services/code.ts'
import { functions, repositories, restApis } from './services/compute.ts'
import { catalog, domains, searchDomains, tables } from './services/data.ts'
import { ingestionPipelines, refactorEnvironments, serverlessApplications } from './services/delivery.ts'
import { imageBuilder } from './services/images.ts'
import { keys } from './services/kms.ts'
import { assistants, audienceModels, foundationModels, modelGroups, sequenceStores } from './services/learning.ts'
import { assembledChannels, inferenceFeeds, packagedChannels } from './services/media.ts'
import { eventBuses, queues, topics } from './services/messaging.ts'
import { agents, bots, entityResolution, labelProjects, languageModels } from './services/models.ts'
import { firewalls, lattice, webFirewalls } from './services/network.ts'
import { agentProfiles, portalProducts, secondEventBuses, tracePolicies, webFunctions } from './services/newer.ts'
import { incidentContacts, investigationGroups, profilingGroups, responsePlans, sinks } from './services/operations.ts'
import { coreNetworks, recoveryClusters, resolverRules } from './services/routing.ts'
import { buckets, directoryBuckets } from './services/s3.ts'
import {
  accessGrants,
  accessPoints,
  multiRegionAccessPoints,
  objectLambdaAccessPoints,
} from './services/s3-access-points.ts'
import { outpostBuckets, s3FileSystems, sharedResources } from './services/shares.ts'
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
import { certificateAuthorities, hsmBackups, paymentKeys } from './services/vaults-of-keys.ts'
import { appMonitors, clusters, logs, streams, trails, workspaces } from './services/streams.ts'

/** Services that are read by themselves. */
const OWN: readonly Collector[] = [
  restApis,
  searchDomains,
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
  certificateAuthorities,
  investigationGroups,
  marketplaceEntities,
  costDashboards,
  foundationModels,
  billingViews,
  audienceModels,
  hsmBackups,
  profilingGroups,
  inferenceFeeds,
  imageBuilder,
  packagedChannels,
  assembledChannels,
  approvalTeams,
  coreNetworks,
  sinks,
  sequenceStores,
  ingestionPipelines,
  paymentKeys,
  assistants,
  refactorEnvironments,
  recoveryClusters,
  resolverRules,
  outpostBuckets,
  s3FileSystems,
  modelGroups,
  serverlessApplications,
  incidentContacts,
  responsePlans,
  agentProfiles,
  portalProducts,
  secondEventBuses,
  tracePolicies,
  webFunctions,
]

const byFolder = (a: Collector, b: Collector): number => (a.service < b.service ? -1 : 1)

/** Every service whose resources have policies and that `collect` reads, in the order of their folders. */
export const COLLECTORS: readonly Collector[] = [...OWN, sharedResources(OWN.map(({ service }) => service))].toSorted(
  byFolder,
)
