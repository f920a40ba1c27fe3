import { argoFileDenied, argoOutputsDenied, fluxBucketDenied } from './controller-refusals.ts'
import { glueMayNotAssume, crawlerObjectDenied, crawlerTargetDenied, jobScriptDenied } from './glue-refusals.ts'
import { accessThisResource } from './access-this-resource.ts'
import { agentDenied, marketplaceActions, runtimeImageDenied } from './bedrock-refusals.ts'
import { consoleContext, consoleDialog, consoleFields } from './console-dialog.ts'
import { translatedAllow, translatedDeny } from './console-translated.ts'
import { brokerConnect, dataAccessPolicy } from './cluster-refusals.ts'
import { explicitDeny, explicitDenyInPolicy } from './explicit-deny.ts'
import { kmsCiphertext, kmsNotAllowed, kmsWithoutWords, serviceAccessToKey } from './kms-refusals.ts'
import { noPolicyAllows } from './no-policy-allows.ts'
import { notAuthorized, notAuthorizedCut } from './not-authorized.ts'
import { performThisOperation } from './perform-this-operation.ts'
import { explicitReasonAlone, implicitClauseAlone, implicitReasonAlone } from './reason-alone.ts'
import {
  crossAccountPassRole,
  managedRule,
  redshiftRole,
  redshiftUser,
  rootMayNotAssume,
  serviceLinkedRole,
  roleLacksAction,
  serviceMayNotAssume,
  snowflakeRole,
  taskMayNotAssume,
} from './role-refusals.ts'
import type { MessageRule } from './rule.ts'
import { blockPublicAccess, customerKeyBlocked, kmsKeyElsewhere } from './service-reasons.ts'
import {
  anonymousUsers,
  billingHidden,
  consoleHint,
  deniedByEc2,
  deniedByS3,
  fieldOfType,
  functionUrlDenied,
  lakeFormation,
  launchTemplateRefused,
  logBucketDenied,
  logGroupWithTags,
  mountDenied,
  noPermissionTo,
  noRequestedResource,
  noResourceLevel,
  notAllowedToExecute,
  notAuthorizedToAccess,
  imagePullDenied,
  imagePushDenied,
  namedBeforeWords,
  outputDenied,
  outputDeniedAtLocation,
  permissionDeniedOnPath,
  queueUrlDenied,
  snsDeliveryDenied,
  stackTagsDenied,
  templateDenied,
  vpcEndpointEvent,
} from './service-refusals.ts'

/** The usual sentence, by its reason; the more particular first. */
export const SENTENCE_RULES: readonly MessageRule[] = [
  noPolicyAllows,
  explicitDenyInPolicy,
  explicitDeny,
  blockPublicAccess,
  kmsKeyElsewhere,
  customerKeyBlocked,
  notAuthorized,
]

/** Texts that have lost the sentence, and services that never send it (R-MSG-32). */
export const OTHER_RULES: readonly MessageRule[] = [
  serviceAccessToKey,
  accessThisResource,
  consoleDialog,
  consoleFields,
  consoleContext,
  translatedDeny,
  translatedAllow,
  implicitReasonAlone,
  explicitReasonAlone,
  implicitClauseAlone,
  vpcEndpointEvent,
  rootMayNotAssume,
  crossAccountPassRole,
  redshiftRole,
  redshiftUser,
  serviceLinkedRole,
  managedRule,
  serviceMayNotAssume,
  taskMayNotAssume,
  roleLacksAction,
  snowflakeRole,
  lakeFormation,
  logGroupWithTags,
  snsDeliveryDenied,
  queueUrlDenied,
  launchTemplateRefused,
  anonymousUsers,
  notAllowedToExecute,
  notAuthorizedToAccess,
  noRequestedResource,
  noPermissionTo,
  consoleHint,
  billingHidden,
  fieldOfType,
  marketplaceActions,
  agentDenied,
  runtimeImageDenied,
  deniedByS3,
  deniedByEc2,
  permissionDeniedOnPath,
  outputDenied,
  outputDeniedAtLocation,
  glueMayNotAssume,
  crawlerObjectDenied,
  crawlerTargetDenied,
  jobScriptDenied,
  fluxBucketDenied,
  argoFileDenied,
  argoOutputsDenied,
  imagePullDenied,
  imagePushDenied,
  namedBeforeWords,
  functionUrlDenied,
  stackTagsDenied,
  noResourceLevel,
  logBucketDenied,
  templateDenied,
  mountDenied,
  brokerConnect,
  dataAccessPolicy,
  kmsNotAllowed,
  kmsCiphertext,
  kmsWithoutWords,
  performThisOperation,
  notAuthorizedCut,
]

export const MESSAGE_RULES: readonly MessageRule[] = [...SENTENCE_RULES, ...OTHER_RULES]
