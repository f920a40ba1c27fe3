import { hardRules } from '../services/hard-rules.ts'
import { serviceRules } from '../services/registry.ts'
import { type Layer, type LayerFinding, notApplicable } from './finding.ts'

const layer = 'service-guard'

/**
 * The layer of what refuses or grants without being a policy document: Block Public Access, ACLs, KMS grants, fixed rules of a
 * service.
 */
export const serviceGuard: Layer = {
  name: layer,
  docs: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html',

  evaluate(input) {
    const findings: LayerFinding[] = hardRules(input)
    for (const rule of serviceRules(input.question.action.service))
      for (const finding of rule.guards(input)) findings.push(finding)
    return findings.length > 0
      ? findings
      : [notApplicable({ layer }, 'no rule of the service stands outside the policies here')]
  },
}
