/**
 * Clouds whose codes read like AWS's and are not: Tencent Cloud names resources `qcs::…` and refuses an `operation (service:Name)`,
 * Alibaba Cloud's RAM and Oracle Cloud have codes of their own.
 * https://www.tencentcloud.com/document/product/598/33165, https://www.alibabacloud.com/help/en/ram/,
 * https://docs.oracle.com/en-us/iaas/Content/API/References/apierrors.htm
 * Storage of others that speaks S3 has S3's very words: the address tells.
 */
export const OTHER_CLOUDS =
  /\bqcs:|\bTencentCloud|\bQCloudError\b|\bnot authorized to perform operation \([a-z]|\bForbidden\.RAM\b|\baliyuncs\.com|\bNotAuthorizedOrNotFound\b|\bhttps?:\/\/[^\s"'<>]{0,200}?\b(?:r2\.cloudflarestorage|digitaloceanspaces|wasabisys|backblazeb2|linodeobjects)\.com\b/

/** Letters by which they are found in text of letters only. */
export const OTHER_CLOUD_PHRASES = [
  'qcs',
  'tencentcloud',
  'qclouderror',
  'notauthorizedtoperformoperation',
  'forbiddenram',
  'aliyuncs',
  'notauthorizedornotfound',
  'cloudflarestorage',
  'digitaloceanspaces',
  'wasabisys',
  'backblazeb',
  'linodeobjects',
] as const
