import type { PoliciesInForce, Policy, PolicyLevel } from '#engine/scenario.ts'
import { readPolicyDocument } from '#iam/policy.ts'
import { ROLE_ACTIONS } from '#iam/role-actions.ts'
import { actionTruth } from '#iam/statement.ts'
import { isObject } from '#snapshot/fields.ts'

/**
 * The policies as far as they speak of assuming roles: each statement lists those of the actions that it matches, and no
 * others. On these actions they decide as they did; nothing else has to be looked at. What cannot be read stays as it is.
 */
export function onlyOfRoles(policies: PoliciesInForce): PoliciesInForce {
  // The trust policy itself speaks of nothing else.
  const narrowed = <P extends Policy>(policy: P): P => ({ ...policy, document: ofRoles(policy.document) })
  const maybe = <P extends Policy>(policy: P | null | undefined): P | null | undefined =>
    policy ? narrowed(policy) : policy
  const many = (all: readonly Policy[] | null | undefined): readonly Policy[] | null | undefined =>
    all?.map(narrowed) ?? all
  const levels = (all: readonly PolicyLevel[] | null | undefined): readonly PolicyLevel[] | null | undefined =>
    all?.map((level) =>
      level.policies === undefined ? level : { ...level, policies: level.policies.map(narrowed) },
    ) ?? all
  const changed = {
    identityPolicies: many(policies.identityPolicies),
    sessionPolicies: many(policies.sessionPolicies),
    permissionsBoundary: maybe(policies.permissionsBoundary),
    vpcEndpointPolicy: maybe(policies.vpcEndpointPolicy),
    serviceControlPolicies: levels(policies.serviceControlPolicies),
    resourceControlPolicies: levels(policies.resourceControlPolicies),
  }
  // A layer that is not known stays out.
  const known = Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined))
  return { ...policies, ...known }
}

const narrowedDocuments = new WeakMap<object, unknown>()

function ofRoles(document: unknown): unknown {
  if (!isObject(document)) return document
  const known = narrowedDocuments.get(document)
  if (known !== undefined) return known
  const found = narrowed(document)
  narrowedDocuments.set(document, found)
  return found
}

function narrowed(document: Readonly<Record<string, unknown>>): unknown {
  const { statements, unreadable } = readPolicyDocument(document, 'identity')
  const listed = [document['Statement']].flat()
  if (unreadable.length > 0 || statements.length !== listed.length || !listed.every(isObject)) return document
  const Statement = statements.flatMap((statement, i) => {
    const { Action: _, NotAction: __, ...rest } = listed[i] as Readonly<Record<string, unknown>>
    const names = ROLE_ACTIONS.filter((name) => actionTruth(statement, { service: 'sts', name: name.toLowerCase() }))
    return names.length === 0 ? [] : [{ ...rest, Action: names.map((name) => `sts:${name}`) }]
  })
  return { ...document, Statement }
}
