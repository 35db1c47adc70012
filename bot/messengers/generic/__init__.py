"""The signed generic webhook: any messenger or bridge that speaks the Standard Webhooks specification."""
