/** Whether a condition key is a tag of the resource, under AWS's own prefix or a service's: `aws:ResourceTag/team`, `ssm:ResourceTag/team`. */
export const isResourceTagKey = (key: string): boolean => /^[a-z0-9-]+:resourcetag\//i.test(key)

/** Why a resource that the call creates has no tag that a policy asks for: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html */
export const NO_TAGS_YET = 'the call creates it, so it has no tags yet'
