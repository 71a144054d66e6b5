# SPDX-License-Identifier: Apache-2.0
# What is installed, and the Debian package: cmake --workflow --preset package
set(DIST ${PROJECT_SOURCE_DIR}/exporter/dist)
set(SHARE ${CMAKE_INSTALL_DATADIR}/litellm-exporter)

# As Debian wants manuals and changelogs; without a time of day in it, so that it is always the same.
function(install_compressed file destination)
  cmake_path(GET file FILENAME name)
  execute_process(COMMAND gzip -9nc ${file} OUTPUT_FILE ${PROJECT_BINARY_DIR}/${name}.gz COMMAND_ERROR_IS_FATAL ANY)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  install(FILES ${PROJECT_BINARY_DIR}/${name}.gz DESTINATION ${destination})
endfunction()

install(FILES ${DIST}/litellm-exporter.service DESTINATION lib/systemd/system)
install(FILES ${DIST}/litellm-exporter.yml DESTINATION /etc/litellm-exporter)
install(FILES ${DIST}/litellm-exporter.default DESTINATION /etc/default
        RENAME litellm-exporter)
install_compressed(${DIST}/litellm-exporter.1 ${CMAKE_INSTALL_MANDIR}/man1)
install_compressed(${DIST}/changelog ${CMAKE_INSTALL_DATADIR}/doc/litellm-exporter)
install(FILES ${DIST}/copyright DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/litellm-exporter)
# Where they stand in the repository, so that their links hold.
foreach(page IN ITEMS README.md compose/README.md compose/operations.md compose/alertmanager/bridges/README.md compose/postgres/README.md
    dashboards/README.md exporter/CONFIGURATION.md exporter/GUARANTEES.md exporter/METRICS.md exporter/SOURCES.md rules/README.md)
  cmake_path(GET page PARENT_PATH folder)
  install(FILES ${page} DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/litellm-exporter/${folder})
endforeach()
install(DIRECTORY rules/recording rules/alerts rules/runbooks DESTINATION ${SHARE}/rules)
install(DIRECTORY dashboards/ DESTINATION ${SHARE}/dashboards FILES_MATCHING PATTERN "*.json"
        PATTERN source EXCLUDE)
install(DIRECTORY compose/prometheus compose/alertmanager compose/blackbox DESTINATION ${SHARE}
        PATTERN kustomization.yaml EXCLUDE)
install(FILES compose/postgres/role.sql DESTINATION ${SHARE})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_VENDOR "litellm-exporter")
# A well-formed address is asked for; one below .invalid (RFC 2606) is nobody's.
set(CPACK_PACKAGE_CONTACT "The litellm-exporter authors <litellm-exporter@noreply.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_PACKAGE_DESCRIPTION
  "Reads LiteLLM's PostgreSQL tables and health endpoints from outside,\n\
counts each request exactly once, and comes with the alerts, runbooks and\n\
dashboards that turn the series into pages and pictures.")
# Some of it lies outside the prefix.
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  ${DIST}/conffiles ${DIST}/postinst ${DIST}/prerm ${DIST}/postrm)
include(CPack)
