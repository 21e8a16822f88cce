// The API's reference at /docs, from this origin and without inline scripts.
import SwaggerUIBundle from "swagger-ui-dist/swagger-ui-es-bundle.js";

const element = document.getElementById("swagger");
SwaggerUIBundle({
  url: element.dataset.openapi,
  domNode: element,
  deepLinking: true,
  presets: [SwaggerUIBundle.presets.apis],
  validatorUrl: null,
});
