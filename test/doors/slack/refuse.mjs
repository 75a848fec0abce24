/** Ends a Web API method with Slack's error. @param {string} error @param {object} more @returns {never} */
export const fail = (error, more = {}) => {
  throw Object.assign(new Error(error), { slack: error, more })
}
