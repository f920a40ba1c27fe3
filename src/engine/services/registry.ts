import { memoizeText } from '#iam/memoize.ts'
import { apiGateway } from './api-gateway.ts'
import { glue } from './glue.ts'
import { kms } from './kms.ts'
import { lambda } from './lambda.ts'
import { organizations } from './organizations.ts'
import { s3 } from './s3.ts'
import type { ServiceRule } from './service-rule.ts'
import { agentCore, latticeServices } from './several-policies.ts'
import { sts } from './sts.ts'

/** Every service with rules of its own; `docs/services/` has a page for each. */
export const SERVICE_RULES: readonly ServiceRule[] = [
  apiGateway,
  agentCore,
  glue,
  kms,
  lambda,
  organizations,
  s3,
  sts,
  latticeServices,
]

export const serviceRules = memoizeText((service): readonly ServiceRule[] =>
  SERVICE_RULES.filter((rule) => rule.service === service),
)
