import type { PolicyLayer } from '#iam/layers.ts'
import type { Limit } from './cross-check.ts'

const PRINCIPAL = 'https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html'
const CUSTOM = 'https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html'
const RESULT = 'https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html'
const NO_NEW = 'https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CheckNoNewAccess.html'
const NOT_GRANTED = 'https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CheckAccessNotGranted.html'
const CHECKS = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-checks-validating-policies.html'

/** Layers that a simulation does not have before it, and why. */
export const NOT_SIMULATED: Readonly<Record<PolicyLayer, Limit>> = {
  'resource-control-policy': {
    text: 'A simulation evaluates identity-based policies, service control policies and what it is given; nothing that it takes is a resource control policy.',
    source: CUSTOM,
  },
  'service-control-policy': {
    text: 'Service control policies count only where they are sent with the simulation, or where the answer says that the organization was evaluated.',
    source: RESULT,
  },
  'vpc-endpoint-policy': {
    text: 'No parameter of a simulation takes a VPC endpoint policy, and none is fetched.',
    source: CUSTOM,
  },
  'resource-policy': {
    text: 'A simulation fetches no policy of a resource, takes one for IAM users only, and does not support them for roles.',
    source: PRINCIPAL,
  },
  'identity-policy': { text: 'The identity-based policies were not all known, so they were not sent.', source: CUSTOM },
  'permissions-boundary': { text: 'The permissions boundary was not known, so it was not sent.', source: CUSTOM },
  'session-policy': {
    text: 'A simulation takes no session policies ("scope-down" policies), and no session as its caller.',
    source: CUSTOM,
  },
  'service-guard': {
    text: 'A simulation evaluates policies and what it is given; what services decide besides (Block Public Access, ACLs, KMS grants) it does not take.',
    source: CUSTOM,
  },
}

export const LIVE_POLICIES: Limit = {
  text: 'SimulatePrincipalPolicy reads the policies that are attached now; ours are those of the snapshot or scenario.',
  source: PRINCIPAL,
}

export const OTHER_ACCOUNT: Limit = {
  text: 'Of the other account a simulation sees the policy of the resource alone, where it is sent, and for IAM users alone.',
  source: PRINCIPAL,
}

export const missingKeys = (keys: readonly string[]): Limit => ({
  text: `These condition keys were not sent, since the evidence does not give them, and count as absent there: ${keys.join(', ')}.`,
  source: RESULT,
})

export const ONLY_USERS_AND_ROLES: Limit = {
  text: 'A simulation is of an IAM user, group or role; other callers have no policies that it could read.',
  source: PRINCIPAL,
}

export const ONLY_TWO_KINDS: Limit = {
  text: 'Custom policy checks are for identity-based and resource-based policies.',
  source: CHECKS,
}

/** A check is about one document, whoever asks under whatever conditions. */
export const ANY_REQUEST: Limit = {
  text: 'FAIL says that the document may allow some of the access, for some principal and under some condition; ours is about the one request.',
  source: NOT_GRANTED,
}

export const MAY_ALLOW: Limit = {
  text: 'FAIL says that the new document may allow more than the old one; PASS that it does not.',
  source: NO_NEW,
}
