"""The platform: a Django site that stores, guards and shows. It calls engines; engines never know it."""
