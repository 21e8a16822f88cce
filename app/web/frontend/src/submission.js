// A submission's own page: follows the result until it is there.
import { LiveResult } from "./live.js";

const region = document.getElementById("result");
if (region && region.querySelector("[data-status]")?.dataset.status !== "done") {
  const announcer = document.getElementById("announcer");
  new LiveResult(region, { announcer }).follow(region.dataset.submission);
}
