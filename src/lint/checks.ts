import { ACTION_CHECKS } from './actions.ts'
import { GRANT_CHECKS } from './broad-grants.ts'
import type { Check } from './check.ts'
import { KEY_CHECKS } from './condition-keys.ts'
import { OPERATOR_CHECKS } from './condition-operators.ts'
import { VALUE_CHECKS } from './condition-values.ts'
import { ELEMENT_CHECKS } from './elements.ts'
import { ENDPOINT_CHECKS } from './endpoint-policies.ts'
import { ORGANIZATION_CHECKS } from './organization-policies.ts'
import { PRINCIPAL_CHECKS } from './principals.ts'
import { REDUNDANCY_CHECKS } from './redundancy.ts'
import { RESOURCE_POLICY_CHECKS } from './resource-policies.ts'
import { RESOURCE_CHECKS } from './resources.ts'
import { SIZE_CHECKS } from './sizes.ts'
import { TAG_CHECKS } from './tags.ts'
import { TRUST_CHECKS } from './trust-policies.ts'
import { VARIABLE_CHECKS } from './variables.ts'

/** Every check of a policy. docs/lint.md has a row for each, and for those of AWS that are left out. */
export const CHECKS: readonly Check[] = [
  ...ELEMENT_CHECKS,
  ...SIZE_CHECKS,
  ...ORGANIZATION_CHECKS,
  ...PRINCIPAL_CHECKS,
  ...TRUST_CHECKS,
  ...ACTION_CHECKS,
  ...RESOURCE_CHECKS,
  ...RESOURCE_POLICY_CHECKS,
  ...ENDPOINT_CHECKS,
  ...KEY_CHECKS,
  ...OPERATOR_CHECKS,
  ...VALUE_CHECKS,
  ...VARIABLE_CHECKS,
  ...TAG_CHECKS,
  ...GRANT_CHECKS,
  ...REDUNDANCY_CHECKS,
]
